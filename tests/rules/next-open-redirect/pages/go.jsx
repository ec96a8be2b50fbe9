export async function getServerSideProps(context) {
  if (context.query.to) {
    // ruleid: next-open-redirect
    return { redirect: { destination: context.query.to, permanent: false } };
  }
  // ok: next-open-redirect
  return { redirect: { destination: '/', permanent: false } };
}
