export default async function Page() {
  const key = process.env.BACKEND_API_KEY;
  const rows = await load(key);
  return (
    <main>
      {/* ruleid: next-secret-in-markup */}
      <Chart apiKey={key} />
      {/* ruleid: next-secret-in-markup */}
      <p>{process.env.ADMIN_TOKEN}</p>
      {/* ok: next-secret-in-markup */}
      <Rows rows={rows} site={process.env.SITE_NAME} configured={!key} />
    </main>
  );
}
