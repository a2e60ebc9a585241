/** What `<docker0-playground>` answers to a method: docs/messages.md. */
export type Message = Readonly<Record<string, unknown>>;

export declare class Docker0Playground extends HTMLElement {
  play(): Promise<Message>;
  pause(): Promise<Message>;
  step(unit?: "hop" | "event" | "back"): Promise<Message>;
  seek(where: { event: number } | { time_ns: number }): Promise<Message>;
  run(what?: { action: number } | { node: string; line: string }): Promise<Message>;
  load(what: { scene: string; seed?: number } | { lesson: string; step?: number }): Promise<Message>;
  setState(state: string): Promise<Message>;
  getState(): Promise<Message>;
}

/** Makes the element known, once; does nothing on a server. `where`: the folder that the playground lies in. */
export declare function definePlayground(where?: string): void;

declare global {
  interface HTMLElementTagNameMap {
    "docker0-playground": Docker0Playground;
  }
}
