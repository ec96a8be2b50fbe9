export default function WarningPage() {
  return (
    <section className="panel">
      <h1>No password is set</h1>
      <p>
        This site stays closed until its operator sets the environment variable <code>PASSWORD</code> and starts it again.
      </p>
    </section>
  );
}
