// A file that is dropped anywhere on the page is opened.
import { useEffect, useState } from "react";
import { openFile } from "./acts.ts";
import { useLibraryText } from "./text.ts";
import "./library.css";

export function PageDrop() {
  const t = useLibraryText();
  const [over, setOver] = useState(false);
  useEffect(() => listen(setOver), []);
  return over ? <div className="page-drop">{t.drop}</div> : null;
}

/** Listens for files on the whole page; returns how to stop. */
function listen(setOver: (over: boolean) => void): () => void {
  const drag = (event: DragEvent) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    setOver(true);
  };
  const leave = (event: DragEvent) => {
    if (event.relatedTarget === null) setOver(false);
  };
  const drop = (event: DragEvent) => {
    const file = event.dataTransfer?.files[0];
    setOver(false);
    if (file === undefined) return;
    event.preventDefault();
    void openFile(file);
  };
  document.addEventListener("dragover", drag);
  document.addEventListener("dragleave", leave);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("dragover", drag);
    document.removeEventListener("dragleave", leave);
    document.removeEventListener("drop", drop);
  };
}
