/** The whole page. */
export function App() {
  return <h1>docker0 Playground</h1>;
}
