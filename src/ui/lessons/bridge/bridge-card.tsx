import { ArrowRight, Check, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { allText } from "../../../i18n/all-text.ts";
import { useLanguage } from "../../../i18n/text.ts";
import type { DevId, FdbView } from "../../../protocol/view.ts";
import { capital, frameWords } from "../../events/frame-words.ts";
import { runAction } from "../../shell/actions.ts";
import { useScene, useWorld, worldStore } from "../../store/stores.ts";
import { Frame } from "../card/frame.tsx";
import { Options } from "../card/options.tsx";
import { letterOf } from "../lesson-store.ts";
import { type LessonText, useLessonText } from "../lesson-text.ts";
import { lessonById, openLesson } from "../open.ts";
import { isSameWay, type Way } from "./decision.ts";
import {
  type Answer,
  beginGame,
  bridgesToPlay,
  closeGame,
  decide,
  endGame,
  type Game,
  goOn,
  isRight,
  ROUNDS,
  useGame,
} from "./game.ts";
import { listenToGameKeys } from "./game-keys.ts";

/** The game's card: which bridge, then frame after frame, then the score. */
export function BridgeCard() {
  const t = useLessonText().bridge;
  const game = useGame();
  useEffect(listenToGameKeys, []);
  useEffect(() => endGame, []);
  const round = Math.min(
    ROUNDS,
    (game?.answers.length ?? 0) + (game?.phase === "shows" || game?.phase === "end" ? 0 : 1),
  );
  return (
    <Frame
      label={t.title}
      eyebrow={game === null ? t.title : t.round(round, ROUNDS)}
      closeLabel={t.close}
      onClose={closeGame}
      footer={game?.phase === "shows" || game?.phase === "end" ? <Buttons game={game} /> : null}
    >
      {game === null ? <Start /> : <Round game={game} />}
    </Frame>
  );
}

/** Which bridge's place to take. */
function Start() {
  const t = useLessonText().bridge;
  useWorld((s) => s.version);
  const bridges = bridgesToPlay();
  const first = lessonById("same-host");
  return (
    <>
      <p className="lesson-do">{bridges.length === 0 ? t.noBridge : t.lead(ROUNDS)}</p>
      {bridges.map((dev) => (
        <button key={dev} type="button" className="lesson-option" onClick={() => beginGame(dev)}>
          <span>{t.be(nameOf(dev), ownerOf(dev))}</span>
          <ArrowRight size={15} aria-hidden />
        </button>
      ))}
      {bridges.length === 0 && first !== undefined && (
        <button type="button" className="button" onClick={() => void openLesson(first)}>
          {t.openFirst}
        </button>
      )}
    </>
  );
}

function Round({ game }: { readonly game: Game }) {
  const t = useLessonText().bridge;
  const { phase, answers } = game;
  if (phase === "waits") return <Waiting bridge={nameOf(game.bridge)} />;
  if (phase === "walks") return <p className="lesson-do">{t.walks(nameOf(game.bridge))}</p>;
  if (phase === "end") return <Score answers={answers} />;
  return <Asked game={game} />;
}

/** Nothing is on its way: something has to be sent. */
function Waiting({ bridge }: { readonly bridge: string }) {
  const t = useLessonText().bridge;
  const language = useLanguage();
  const actions = useScene()?.actions ?? [];
  return (
    <>
      <p className="lesson-do">{t.waits(bridge)}</p>
      {actions.slice(0, 3).map((action) => (
        <button
          key={`${action.node} ${action.line}`}
          type="button"
          className="lesson-option"
          onClick={() => runAction(action)}
        >
          <span>{action.title[language]}</span>
          <ArrowRight size={15} aria-hidden />
        </button>
      ))}
    </>
  );
}

/** The frame at the port, the table, and the question; afterwards what the bridge did. */
function Asked({ game }: { readonly game: Game }) {
  const t = useLessonText();
  // The page's language decides about both texts.
  useLanguage();
  const { question, phase, answers, bridge } = game;
  const answer = phase === "shows" ? answers.at(-1) : undefined;
  const verdict = useRef<HTMLParagraphElement>(null);
  // In a low card what came of it would lie below the edge.
  useEffect(() => {
    if (phase === "shows") verdict.current?.scrollIntoView({ block: "start" });
  }, [phase]);
  if (question === null) return null;
  const { facts, coming, fdb, ways } = question;
  const at = (way: Way | undefined) => (way === undefined ? null : ways.findIndex((one) => isSameWay(one, way)));
  const right = at(answer?.way);
  return (
    <>
      <p className="lesson-do">{t.bridge.arrives(nameOf(bridge), nameOf(coming.port))}</p>
      <dl className="bridge-frame">
        <dt>{t.bridge.what}</dt>
        <dd>{capital(frameWords(facts, allText()))}</dd>
        <dt>{t.bridge.to}</dt>
        <dd className="mono">{facts.ethDst}</dd>
        <dt>{t.bridge.from}</dt>
        <dd className="mono">{facts.ethSrc}</dd>
      </dl>
      <Table fdb={fdb} wanted={facts.ethDst} marked={answer !== undefined} bridge={bridge} />
      <Options
        question={t.bridge.question(nameOf(bridge))}
        options={ways.map((way) => wayWords(t.bridge, way, bridge))}
        chosen={at(answer?.chosen)}
        right={right}
        onChoose={phase === "asks" ? (option) => void decide(option) : null}
      />
      <p ref={verdict} className="lesson-verdict" role="status">
        {answer === undefined || right === null
          ? ""
          : isRight(answer)
            ? t.bridge.right
            : t.bridge.wrong(letterOf(right))}
      </p>
      {answer !== undefined && (
        <p className="lesson-said">
          <strong>{t.card.why}</strong> {reasonWords(t.bridge, answer)}
        </p>
      )}
    </>
  );
}

interface TableProps {
  readonly fdb: readonly FdbView[];
  /** The destination, and whether its line is marked: only once the answer is there. */
  readonly wanted: string;
  readonly marked: boolean;
  readonly bridge: DevId;
}

/** The table as it stood when the frame came: what was learned, and the bridge's own MAC. */
function Table({ fdb, wanted, marked, bridge }: TableProps) {
  const t = useLessonText().bridge;
  const lines = fdb.filter((entry) => !entry.isLocal || entry.dev === bridge || entry.mac === wanted);
  return (
    <section className="bridge-table" aria-label={t.table}>
      <p>{t.table}</p>
      {lines.length === 0 && <p>{t.empty}</p>}
      <ul>
        {lines.map(({ mac, dev, isLocal }) => (
          <li key={`${mac} ${dev}`} data-wanted={(marked && mac === wanted) || undefined}>
            <span>{mac}</span> <span>{isLocal ? t.own(nameOf(dev)) : nameOf(dev)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Score({ answers }: { readonly answers: readonly Answer[] }) {
  const t = useLessonText().bridge;
  const right = answers.filter(isRight).length;
  return (
    <>
      <p className="lesson-question">{t.score(right, answers.length)}</p>
      <ol className="bridge-score">
        {answers.map((answer, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: answers only come at the end
          <li key={i} data-right={isRight(answer) || undefined}>
            {isRight(answer) ? <Check size={14} aria-label={t.right} /> : <X size={14} aria-label={t.missed} />}
            <span>{reasonWords(t, answer)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}

function Buttons({ game }: { readonly game: Game }) {
  const t = useLessonText().bridge;
  const isLast = game.answers.length >= ROUNDS;
  return (
    <>
      <span className="grow" />
      {game.phase === "shows" && (
        <button type="button" className="button primary" onClick={goOn}>
          {isLast ? t.toScore : t.next}
          <ArrowRight size={15} aria-hidden />
        </button>
      )}
      {game.phase === "end" && (
        <button type="button" className="button primary" onClick={() => beginGame(game.bridge)}>
          {t.again}
        </button>
      )}
    </>
  );
}

function nameOf(dev: DevId): string {
  return worldStore.getState().devices.get(dev)?.link.name ?? "?";
}

function ownerOf(dev: DevId): string {
  const { devices, nodes } = worldStore.getState();
  return nodes[devices.get(dev)?.node ?? ""]?.name ?? "?";
}

/** "port 2 · vethb4963f3", with who is at its other end. */
function wayWords(t: LessonText["bridge"], way: Way, bridge: DevId): string {
  if (way.type === "flood") return t.ways.flood(ownerOf(bridge));
  if (way.type === "up") return t.ways.up(ownerOf(bridge));
  if (way.type === "none") return t.ways.none;
  const { devices } = worldStore.getState();
  const link = devices.get(way.dev)?.link;
  const peer = link?.peer == null ? "" : ownerOf(link.peer);
  return t.ways.port(link?.portNo ?? 0, link?.name ?? "?", peer);
}

function reasonWords(t: LessonText["bridge"], { question, way, reason }: Answer): string {
  const { facts, coming } = question;
  return t.reasons[reason](facts.ethDst, nameOf(way.type === "port" ? way.dev : coming.port));
}
