import { useUi } from "../../shell/ui-state.ts";
import { BridgeCard } from "../bridge/bridge-card.tsx";
import { LessonCard } from "./lesson-card.tsx";
import "./card.css";

/** Over the canvas: the lesson, puzzle or game that is open. */
export function Card() {
  const card = useUi((s) => s.card);
  return card === "bridge" ? <BridgeCard /> : <LessonCard />;
}
