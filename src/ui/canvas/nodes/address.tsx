/** "172.17.0.2/16", of which small drawings leave out the prefix's length. */
export function Address({ text }: { text: string }) {
  const slash = text.indexOf("/");
  if (slash < 0) return text;
  return (
    <>
      {text.slice(0, slash)}
      <span className="prefix">{text.slice(slash)}</span>
    </>
  );
}
