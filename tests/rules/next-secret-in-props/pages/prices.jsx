export async function getServerSideProps() {
  // ok: next-secret-in-props
  const prices = await fetch(`${process.env.BACKEND}/prices`, { headers: { key: process.env.BACKEND_API_KEY } });
  if (!prices.ok) {
    // ruleid: next-secret-in-props
    return { props: { prices: [], hint: `key ${process.env.BACKEND_API_KEY}` } };
  }
  // ok: next-secret-in-props
  return { props: { prices: await prices.json(), configured: !!process.env.BACKEND_API_KEY } };
}

export async function getStaticProps() {
  const { DATABASE_URL } = process.env;
  // ruleid: next-secret-in-props
  return { props: { database: DATABASE_URL }, revalidate: 60 };
}

export function getInitialProps() {
  // ruleid: next-secret-in-props
  return { props: { env: process.env } };
}

export function getUserProps() {
  // ok: next-secret-in-props
  return { props: { site: process.env.SITE_NAME, mode: process.env['NODE_ENV'] } };
}
