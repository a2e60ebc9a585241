import { type ReactNode, Suspense } from "react";
import { ErrorBoundary, type FallbackProps } from "react-error-boundary";
import { useText } from "../../i18n/text.ts";
import { notify } from "../store/notices.ts";

/** A part of the page that is waited for by itself, and whose faults stay inside it. */
export function Room({ children }: { readonly children: ReactNode }) {
  return (
    <ErrorBoundary FallbackComponent={Broken} onError={(error) => console.error(error)}>
      <Suspense fallback={<div className="room-waiting" />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function Broken({ error, resetErrorBoundary }: FallbackProps) {
  const t = useText();
  // A browser that failed to fetch a module may not try again: the whole page does.
  const lost = isNotFetched(error);
  return (
    <div className="room-broken" role="alert">
      <p>{lost ? t.shell.notFetched : t.shell.panelBroke}</p>
      <button type="button" className="button" onClick={lost ? () => location.reload() : resetErrorBoundary}>
        {lost ? t.shell.reload : t.shell.tryAgain}
      </button>
    </div>
  );
}

/** Whether a part of the page could not be fetched, in the words of Chromium, Firefox and Safari. */
function isNotFetched(error: unknown): boolean {
  return /dynamically imported module|importing a module script|unable to preload/i.test(String(error));
}

/** What opens when somebody asks for it: where that fails a sentence says so, and the page goes on. */
export function Extra({ fallback = null, children }: { readonly fallback?: ReactNode; readonly children: ReactNode }) {
  const say = (error: unknown) => {
    console.error(error);
    if (!isNotFetched(error)) return notify("error", (t) => t.shell.panelBroke);
    notify("error", (t) => t.shell.notFetched, { label: (t) => t.shell.reload, run: () => location.reload() });
  };
  return (
    <ErrorBoundary fallback={fallback} onError={say}>
      <Suspense fallback={fallback}>{children}</Suspense>
    </ErrorBoundary>
  );
}
