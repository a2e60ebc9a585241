import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "@fontsource-variable/inter/wght.css";
import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-600.css";
import { App } from "./ui/shell/app.tsx";
import { boot } from "./ui/shell/boot.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
boot();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
