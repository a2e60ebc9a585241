import { Dialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { useText } from "../../i18n/text.ts";

export interface PageDialogProps extends Pick<ComponentProps<typeof Dialog.Popup>, "initialFocus" | "finalFocus"> {
  /** Its class, and what its lead's begins with. */
  readonly name: string;
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

/** A dialog over the page: title, a button that closes it, a sentence on what it is for. */
export function PageDialog({ name, open, onOpenChange, title, lead, children, ...focus }: PageDialogProps) {
  const { close } = useText().shell;
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="dialog-backdrop" />
        <Dialog.Popup className={`dialog-popup ${name}`} {...focus}>
          <Dialog.Title className="dialog-title">{title}</Dialog.Title>
          <Dialog.Close className="button quiet icon dialog-close" aria-label={close}>
            <X size={17} aria-hidden />
          </Dialog.Close>
          <Dialog.Description className={`${name}-lead`}>{lead}</Dialog.Description>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
