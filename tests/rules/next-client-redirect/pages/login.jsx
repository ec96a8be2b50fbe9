export default function Login() {
  const router = useRouter();
  const { from } = router.query;
  // ruleid: next-client-redirect
  const leave = () => router.push(from);
  // ok: next-client-redirect
  const home = () => router.push({ pathname: '/', query: { ...router.query, tab: 1 } });
  return <Choice leave={leave} home={home} />;
}
