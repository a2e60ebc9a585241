/** ss: iproute2 6.1. Left out: details of connections (-i, -m, -o, -e are taken and add nothing), Unix sockets. */

import { inetAton } from "../names/hosts.ts";
import { servicePort } from "../names/services.ts";
import { exit, fail, write } from "../process.ts";
import type { Program, Sys } from "../types.ts";
import { type ListedSocket, listSockets, portText, SS_STATES } from "./socket-list.ts";

interface Options {
  all: boolean;
  listening: boolean;
  numeric: boolean;
  processes: boolean;
  header: boolean;
  protocols: Set<"tcp" | "udp">;
  others: boolean;
  ipv4: boolean;
  ipv6: boolean;
}

const LONG: Readonly<Record<string, string>> = {
  all: "a",
  listening: "l",
  numeric: "n",
  processes: "p",
  tcp: "t",
  udp: "u",
  ipv4: "4",
  ipv6: "6",
  "no-header": "H",
};

const STATE_WORDS: Readonly<Record<string, string>> = {
  established: "ESTAB",
  listening: "LISTEN",
  unconnected: "UNCONN",
  closed: "UNCONN",
};

function start(sys: Sys, argv: string[]): void {
  const o: Options = {
    all: false,
    listening: false,
    numeric: false,
    processes: false,
    header: true,
    protocols: new Set(),
    others: false,
    ipv4: false,
    ipv6: false,
  };
  const filter: string[] = [];
  for (const arg of argv.slice(1)) {
    if (!/^-./.test(arg)) filter.push(arg);
    else if (!readOptions(sys, o, arg)) return;
  }
  const keep = compile(filter);
  if (!keep) {
    return fail(
      sys,
      `ss: bison bellows (while parsing filter): "syntax error!" Sorry.\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`,
      255,
    );
  }
  const chosen = listSockets(sys.world, sys.proc.netns).filter((s) => wanted(o, s) && keep(s));
  write(sys, 1, render(o, chosen));
  exit(sys, 0);
}

/** False: refused or answered. */
function readOptions(sys: Sys, o: Options, arg: string): boolean {
  const letters = arg.startsWith("--") ? (LONG[arg.slice(2)] ?? "?") : arg.slice(1);
  for (const letter of letters) {
    if (letter === "a") o.all = true;
    else if (letter === "l") o.listening = true;
    else if (letter === "n") o.numeric = true;
    else if (letter === "p") o.processes = true;
    else if (letter === "t") o.protocols.add("tcp");
    else if (letter === "u") o.protocols.add("udp");
    else if (letter === "x" || letter === "w" || letter === "0") o.others = true;
    else if (letter === "4") o.ipv4 = true;
    else if (letter === "6") o.ipv6 = true;
    else if (letter === "H") o.header = false;
    else if (letter === "V") {
      write(sys, 1, "ss utility, iproute2-6.1.0\n");
      exit(sys, 0);
      return false;
    } else if (!"reoimOEsZ".includes(letter)) {
      fail(
        sys,
        `ss: invalid option -- '${letter === "?" ? "-" : letter}'\nUsage: ss [ OPTIONS ]\n       ss [ OPTIONS ] [ FILTER ]\n`,
        255,
      );
      return false;
    }
  }
  return true;
}

function wanted(o: Options, s: ListedSocket): boolean {
  const any = o.protocols.size === 0 && !o.others;
  if (!any && !o.protocols.has(s.protocol)) return false;
  if ((o.ipv4 && s.ipv6) || (o.ipv6 && !s.ipv6)) return false;
  const listens = s.state === "LISTEN" || s.state === "CLOSE";
  return o.all || o.listening === listens;
}

/** A filter as far as people type it: state NAME, dst/src ADDRESS[:PORT], sport/dport = :PORT, joined by and. Null: bad. */
function compile(words: readonly string[]): ((s: ListedSocket) => boolean) | null {
  const tests: ((s: ListedSocket) => boolean)[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === "and" || word === "(" || word === ")") continue;
    const test = compileOne(word, words.slice(at + 1));
    if (!test) return null;
    tests.push(test.test);
    at += test.used;
  }
  return (s) => tests.every((test) => test(s));
}

function compileOne(
  word: string,
  rest: readonly string[],
): { test: (s: ListedSocket) => boolean; used: number } | null {
  const [first] = rest;
  if (first === undefined) return null;
  if (word === "state" || word === "exclude") {
    const name = STATE_WORDS[first.toLowerCase()] ?? first.toUpperCase();
    if (first !== "all" && !Object.values(SS_STATES).includes(name)) return null;
    return { test: (s) => first === "all" || (SS_STATES[s.state] === name) === (word === "state"), used: 1 };
  }
  if (word === "sport" || word === "dport") {
    const spelled = /^(=|==|eq)$/.test(first);
    const text = (spelled ? rest[1] : first)?.replace(/^:/, "") ?? "";
    const port = /^\d+$/.test(text) ? Number(text) : servicePort(text);
    if (port === null) return null;
    return { test: (s) => (word === "sport" ? s.localPort : s.remotePort) === port, used: spelled ? 2 : 1 };
  }
  if (word !== "src" && word !== "dst") return null;
  const [host = "", port] = first.split(":");
  const address = host === "" ? null : inetAton(host);
  if (host !== "" && address === null) return null;
  const own = word === "src";
  return {
    test: (s) =>
      (address === null || (own ? s.socket.local : s.socket.remote) === address) &&
      (port === undefined || port === "" || (own ? s.localPort : s.remotePort) === Number(port)),
    used: 1,
  };
}

/** Columns as wide as their widest cell; addresses stand right, ports behind them left. */
function render(o: Options, sockets: readonly ListedSocket[]): string {
  const netid = o.protocols.size !== 1;
  const rows = sockets.map((s) => cells(o, s));
  const heading = ["Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port", "Peer Address", "Port", "Process"];
  const shown = heading.map((_, i) => (i === 0 ? netid : true));
  const widths = heading.map((title, i) => Math.max(title.length, ...rows.map((r) => (r[i] as string).length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => {
        if (!shown[i]) return "";
        const width = widths[i] as number;
        const padded = i === 4 || i === 6 ? cell.padStart(width) : cell.padEnd(width);
        return padded + (i === 4 || i === 6 ? ":" : i === 7 || i === 8 ? "" : " ");
      })
      .join("");
  const head = o.header ? `${line(heading).trimEnd()}\n` : "";
  return head + rows.map((row) => `${line(row)}\n`).join("");
}

function cells(o: Options, s: ListedSocket): string[] {
  const address = (text: string) => (text === "::" ? "[::]" : text);
  const process = o.processes && s.owner ? `users:(("${s.owner.program}",pid=${s.owner.pid},fd=${s.fd}))` : "";
  return [
    s.protocol,
    SS_STATES[s.state] ?? s.state,
    String(s.recvQueue),
    String(s.sendQueue),
    address(s.local),
    portText(s.localPort, s.protocol, o.numeric),
    address(s.remote),
    portText(s.remotePort, s.protocol, o.numeric),
    process,
  ];
}

export const ss: Program = { path: "/usr/bin/ss", about: "sockets", start };
