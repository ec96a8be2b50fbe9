export default function Page() {
  // ruleid: next-open-action
  async function clear() {
    'use server';
    await database.clear();
  }
  return <form action={clear} />;
}
