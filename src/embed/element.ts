/**
 * `<docker0-playground scene="…">`: a figure that is fetched when it comes near the window, keeps its height, follows the
 * page's theme and language, and is gone with its worker when it is removed. docs/embedding.md, docs/messages.md.
 */
import { frameAddress, SETTINGS } from "./address.ts";
import { hostLanguage, hostTheme, watchHost } from "./host-look.ts";

const NAME = "docker0-playground";
/** How near to the window a figure has to come to be fetched. */
const NEAR = "300px";
/** Its height where nobody says another, px. */
const HEIGHT_PX = 420;

const STYLE = `
:host { display: block; position: relative; box-sizing: border-box; height: ${HEIGHT_PX}px; margin: 16px 0; contain: layout; overflow: clip;
  border: 1px solid color-mix(in srgb, currentcolor 20%, transparent); border-radius: 8px; }
:host([hidden]) { display: none; }
iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; border-radius: inherit; }
@media print { iframe { display: none; } }`;

interface Waiting {
  readonly resolve: (answer: Message) => void;
  readonly reject: (reason: Error) => void;
}

type Message = Readonly<Record<string, unknown>>;

// A server has no elements; there the class is only a name.
const Base: typeof HTMLElement = typeof HTMLElement === "undefined" ? (class {} as typeof HTMLElement) : HTMLElement;

let site: string | null = null;

export class Docker0Playground extends Base {
  static readonly observedAttributes = [...SETTINGS, "state", "theme", "lang", "height", "base", "sandbox"];

  #root: ShadowRoot | null = null;
  #frame: HTMLIFrameElement | null = null;
  #stops: (() => void)[] = [];
  #isReady = false;
  #nextId = 1;
  #renewing = false;
  readonly #queue: Message[] = [];
  readonly #waiting = new Map<unknown, Waiting>();

  connectedCallback(): void {
    this.#root ??= this.#dress();
    this.#measure();
    const near = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.#open();
      },
      { rootMargin: NEAR },
    );
    near.observe(this);
    const hear = (event: MessageEvent) => this.#hear(event);
    addEventListener("message", hear);
    this.#stops = [
      () => near.disconnect(),
      () => removeEventListener("message", hear),
      watchHost(() => this.#follow()),
    ];
  }

  disconnectedCallback(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#close();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now || !this.isConnected) return;
    if (name === "height") this.#measure();
    else if (name === "theme" || name === "lang") this.#follow();
    else this.#renew();
  }

  /** Each is answered by the figure's state; rejects with a sentence that says what was wrong. */
  play(): Promise<Message> {
    return this.#ask("play");
  }
  pause(): Promise<Message> {
    return this.#ask("pause");
  }
  step(unit: "hop" | "event" | "back" = "hop"): Promise<Message> {
    return this.#ask("step", { unit });
  }
  seek(where: { event: number } | { time_ns: number }): Promise<Message> {
    return this.#ask("seek", where);
  }
  run(what: { action: number } | { node: string; line: string } = { action: 1 }): Promise<Message> {
    return this.#ask("run", what);
  }
  load(what: { scene: string; seed?: number } | { lesson: string; step?: number }): Promise<Message> {
    return this.#ask("load", what);
  }
  setState(state: string): Promise<Message> {
    return this.#ask("setState", { state });
  }
  getState(): Promise<Message> {
    return this.#ask("getState");
  }

  #dress(): ShadowRoot {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    // What stands inside the element is seen until the figure is there, and on paper.
    root.append(document.createElement("slot"));
    return root;
  }

  /** `height` in px; "auto": as high as the drawing wants to be, once that is known. */
  #measure(wanted = HEIGHT_PX): void {
    const height = this.getAttribute("height");
    if (height === null) return;
    const px = height === "auto" ? wanted : Number.parseFloat(height);
    if (px > 0) this.style.height = `${px}px`;
  }

  #look() {
    const theme = this.getAttribute("theme") ?? "auto";
    return { theme: theme === "auto" ? hostTheme() : theme, lang: hostLanguage(this) };
  }

  #open(): void {
    if (this.#frame !== null || !this.isConnected) return;
    const base = this.getAttribute("base") ?? site;
    if (base === null) throw new Error(`<${NAME}> needs base="…": where the playground lies`);
    const frame = document.createElement("iframe");
    frame.title = this.getAttribute("title") ?? "docker0 Playground";
    frame.allow = "fullscreen; clipboard-write";
    const sandbox = this.getAttribute("sandbox");
    if (sandbox !== null) frame.setAttribute("sandbox", sandbox);
    frame.src = frameAddress(new URL(base, document.baseURI).href, (name) => this.getAttribute(name), this.#look());
    this.#frame = frame;
    this.#root?.append(frame);
  }

  #close(): void {
    this.#frame?.remove();
    this.#frame = null;
    this.#isReady = false;
    this.#queue.length = 0;
    for (const { reject } of this.#waiting.values()) reject(new Error("The figure was removed."));
    this.#waiting.clear();
  }

  /** Settings have changed: one new figure for all that change at once. */
  #renew(): void {
    if (this.#frame === null || this.#renewing) return;
    this.#renewing = true;
    queueMicrotask(() => {
      this.#renewing = false;
      this.#close();
      this.#open();
    });
  }

  #follow(): void {
    if (this.#isReady) this.#post({ docker0: 1, type: "setLook", ...this.#look() });
  }

  #ask(type: string, more: object = {}): Promise<Message> {
    this.#open();
    const id = this.#nextId++;
    const message = { docker0: 1, id, type, ...more };
    if (this.#isReady) this.#post(message);
    else this.#queue.push(message);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  #post(message: Message): void {
    // A sandboxed frame has no origin that could be named.
    this.#frame?.contentWindow?.postMessage(message, "*");
  }

  #hear({ source, data }: MessageEvent): void {
    if (this.#frame === null || source !== this.#frame.contentWindow || data?.docker0 !== 1) return;
    const message = data as Message & { readonly type: string };
    if (message.type === "ready") {
      this.#isReady = true;
      for (const queued of this.#queue.splice(0)) this.#post(queued);
      this.#follow();
    }
    if (message.type === "resize" && this.getAttribute("height") === "auto") this.#measure(Number(message.height));
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "error") waiting?.reject(new Error(String(message.message)));
    else waiting?.resolve(message);
    this.dispatchEvent(new CustomEvent(`docker0-${message.type}`, { detail: message, bubbles: true, composed: true }));
  }
}

/**
 * Makes the element known, once; does nothing on a server. `where` is the address of the folder that the playground lies in;
 * an element's own `base` goes before it.
 */
export function definePlayground(where?: string): void {
  if (where !== undefined) site = where;
  if (typeof customElements === "undefined" || customElements.get(NAME) !== undefined) return;
  customElements.define(NAME, Docker0Playground);
}
