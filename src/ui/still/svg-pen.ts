// A pen that writes SVG: what draws on a canvas draws with it into a file.
import type { Pen } from "../canvas/packets/pen.ts";
import { element, escaped, short, widthOf } from "./svg.ts";

const ANCHORS: Readonly<Record<string, string>> = { center: "middle", right: "end", end: "end" };

export class SvgPen implements Pen {
  fillStyle: Pen["fillStyle"] = "#000";
  strokeStyle: Pen["strokeStyle"] = "#000";
  lineWidth = 1;
  lineCap: CanvasLineCap = "butt";
  font = "10px sans-serif";
  globalAlpha = 1;
  textAlign: CanvasTextAlign = "start";
  textBaseline: CanvasTextBaseline = "alphabetic";
  readonly #written: string[] = [];
  #path = "";
  #dash: readonly number[] = [];
  #transforms: string[] = [];
  readonly #kept: { transforms: string[]; dash: readonly number[]; alpha: number }[] = [];

  /** All that was drawn, as elements. */
  written(): string {
    return this.#written.join("");
  }

  clearRect(): void {
    this.#written.length = 0;
  }

  beginPath(): void {
    this.#path = "";
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${short(x)} ${short(y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === "" ? "M" : "L"}${short(x)} ${short(y)}`;
  }

  closePath(): void {
    this.#path += "Z";
  }

  arc(x: number, y: number, r: number, from: number, to: number): void {
    const at = (angle: number) => `${short(x + r * Math.cos(angle))} ${short(y + r * Math.sin(angle))}`;
    const middle = (from + to) / 2;
    const large = to - from > Math.PI ? 1 : 0;
    const arcTo = (angle: number, isLarge: number) => `A${short(r)} ${short(r)} 0 ${isLarge} 1 ${at(angle)}`;
    const whole = to - from >= 2 * Math.PI - 1e-6;
    this.#path += `${this.#path === "" ? "M" : "L"}${at(from)}`;
    this.#path += whole ? `${arcTo(middle, 0)}${arcTo(to, 0)}Z` : arcTo(to, large);
  }

  roundRect(x: number, y: number, width: number, height: number, radius?: unknown): void {
    const r = Math.min(Number(radius), width / 2, height / 2);
    const corner = (dx: number, dy: number) => `a${short(r)} ${short(r)} 0 0 1 ${short(dx)} ${short(dy)}`;
    const [h, v] = [short(width - 2 * r), short(height - 2 * r)];
    this.#path += `M${short(x + r)} ${short(y)}h${h}${corner(r, r)}v${v}${corner(-r, r)}`;
    this.#path += `h-${h}${corner(-r, -r)}v-${v}${corner(r, -r)}Z`;
  }

  fill(): void {
    this.#write("path", { d: this.#path, fill: paint(this.fillStyle) });
  }

  stroke(): void {
    this.#write("path", {
      d: this.#path,
      fill: "none",
      stroke: paint(this.strokeStyle),
      "stroke-width": this.lineWidth,
      "stroke-linecap": this.lineCap === "butt" ? undefined : this.lineCap,
      "stroke-dasharray": this.#dash.length === 0 ? undefined : this.#dash.map(short).join(" "),
    });
  }

  fillText(text: string, x: number, y: number): void {
    const { weight, px, family } = fontOf(this.font);
    this.#write(
      "text",
      {
        x,
        y: this.textBaseline === "middle" ? y + px * 0.35 : y,
        fill: paint(this.fillStyle),
        "font-size": px,
        "font-weight": weight,
        "font-family": family,
        "text-anchor": ANCHORS[this.textAlign],
      },
      text,
    );
  }

  measureText(text: string): TextMetrics {
    const { px, weight } = fontOf(this.font);
    return { width: widthOf(text, { px, bold: weight >= 600 }) } as TextMetrics;
  }

  save(): void {
    this.#kept.push({ transforms: [...this.#transforms], dash: this.#dash, alpha: this.globalAlpha });
  }

  restore(): void {
    const kept = this.#kept.pop();
    if (kept === undefined) return;
    this.#transforms = kept.transforms;
    this.#dash = kept.dash;
    this.globalAlpha = kept.alpha;
  }

  translate(x: number, y: number): void {
    this.#transforms.push(`translate(${short(x)} ${short(y)})`);
  }

  rotate(angle: number): void {
    this.#transforms.push(`rotate(${short((angle * 180) / Math.PI)})`);
  }

  setLineDash(dash: number[]): void {
    this.#dash = dash;
  }

  #write(name: string, attributes: Readonly<Record<string, string | number | undefined>>, text?: string): void {
    const all = {
      ...attributes,
      opacity: this.globalAlpha === 1 ? undefined : this.globalAlpha,
      transform: this.#transforms.length === 0 ? undefined : this.#transforms.join(" "),
    };
    this.#written.push(text === undefined ? element(name, all) : element(name, all, escaped(text)));
  }
}

/** A colour; nothing is drawn with gradients. */
function paint(style: Pen["fillStyle"]): string {
  return typeof style === "string" ? style : "none";
}

/** What a canvas font says: weight, size, families. */
function fontOf(font: string): { weight: number; px: number; family: string } {
  const [, weight, px, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(font) ?? [];
  return { weight: Number(weight ?? 400), px: Number(px ?? 10), family: family ?? "sans-serif" };
}
