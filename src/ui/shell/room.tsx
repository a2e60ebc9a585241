import type { ReactNode } from "react";
import { ErrorBoundary, type FallbackProps } from "react-error-boundary";
import { useText } from "../../i18n/text.ts";

/** A part of the page whose faults stay inside it. */
export function Room({ children }: { readonly children: ReactNode }) {
  return (
    <ErrorBoundary FallbackComponent={Broken} onError={(error) => console.error(error)}>
      {children}
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
