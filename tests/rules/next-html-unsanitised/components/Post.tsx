export function Post({ title, html }: { title: string; html: string }) {
  // ruleid: next-html-unsanitised
  return <article aria-label={title} dangerouslySetInnerHTML={{ __html: html }} />;
}

export function Clean({ html }: { html: string }) {
  // ok: next-html-unsanitised
  return <article dangerouslySetInnerHTML={{ __html: sanitizeHtml(html) }} />;
}

export const Old = (props) => {
  // ruleid: next-html-unsanitised
  return <article dangerouslySetInnerHTML={{ __html: props.post.body }} />;
};

export async function Remote() {
  const post = await (await fetch('https://cms.example.com/post')).json();
  // ruleid: next-html-unsanitised
  return <article dangerouslySetInnerHTML={{ __html: post.body }} />;
}

export function Layout({ children }: { children: React.ReactNode }) {
  const script = runtimeConfigScript({ SITE_NAME: siteName() });
  return (
    <html>
      {/* ok: next-html-unsanitised */}
      <script dangerouslySetInnerHTML={{ __html: script }} />
      {/* ok: next-html-unsanitised */}
      <style dangerouslySetInnerHTML={{ __html: 'body { margin: 0 }' }} />
      {children}
    </html>
  );
}
