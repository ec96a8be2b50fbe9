import Link from 'next/link';

export const runtime = 'edge';

export default function NotFound() {
  return (
    <section className="panel">
      <h1>Nothing here</h1>
      <p>
        This page does not exist. <Link href="/">Back to the shelf</Link>
      </p>
    </section>
  );
}
