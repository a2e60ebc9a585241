import { type ReactNode, Suspense } from "react";
import { ErrorBoundary, type FallbackProps } from "react-error-boundary";
import { useText } from "../../i18n/text.ts";

/** A part of the page that is waited for by itself, and whose faults stay inside it. */
export function Room({ children }: { readonly children: ReactNode }) {
  return (
    <ErrorBoundary FallbackComponent={Broken} onError={(error) => console.error(error)}>
      <Suspense fallback={<div className="room-waiting" />}>{children}</Suspense>
    </ErrorBoundary>
  );
}

function Broken({ resetErrorBoundary }: FallbackProps) {
  const t = useText();
  return (
    <div className="room-broken" role="alert">
      <p>{t.shell.panelBroke}</p>
      <button type="button" className="button" onClick={resetErrorBoundary}>
        {t.shell.tryAgain}
      </button>
    </div>
  );
}
