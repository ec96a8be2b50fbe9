export async function getStaticProps({ params }) {
  // ok: next-path-traversal
  const text = fs.readFileSync(path.join(POSTS, `${params.slug}.md`), 'utf8');
  return { props: { text } };
}
