export default async function Page({ searchParams }: { searchParams: Promise<{ q: string }> }) {
  const { q } = await searchParams;
  return (
    <main>
      {/* ruleid: next-xss-from-request */}
      <h1 dangerouslySetInnerHTML={{ __html: `Results for ${q}` }} />
      {/* ruleid: next-xss-from-request */}
      <script dangerouslySetInnerHTML={{ __html: `window.q = ${JSON.stringify(q)}` }} />
      {/* ok: next-xss-from-request */}
      <h2 dangerouslySetInnerHTML={{ __html: DOMPurify.sanitize(q) }} />
      {/* ok: next-xss-from-request */}
      <script dangerouslySetInnerHTML={{ __html: JSON.stringify(q).replace(/</g, '\\u003c') }} />
      {/* ok: next-xss-from-request */}
      <p>{q}</p>
    </main>
  );
}
