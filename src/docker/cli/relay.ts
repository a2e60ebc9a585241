/** Carrying what is typed into the CLI's terminal to a process that has none (docker run -i, docker exec -i). */
import { awaitInput, readAll } from "../../shell/process.ts";
import { holdStream, releaseStream, writeStream } from "../../shell/streams.ts";
import type { StreamId } from "../../shell/types.ts";
import type { Call } from "./command.ts";

/** Without -t the process reads from a pipe: what is typed here is carried there from now on. */
export function startRelay(call: Call, pipe: StreamId): void {
  holdStream(call.sys.world, pipe, "write");
  call.state.relay = pipe;
  awaitInput(call.sys);
}

export function relayInput(call: Call): void {
  const { sys, state } = call;
  const { text, eof } = readAll(sys);
  if (state.relay === null) return;
  if (text !== "") writeStream(sys.world, state.relay, text, sys.proc.id);
  if (!eof) awaitInput(sys);
  else endRelay(call);
}

/** Nothing more is carried: end of file for who reads. */
export function endRelay(call: Call): void {
  const { relay } = call.state;
  call.state.relay = null;
  if (relay !== null && call.sys.world.streams[relay]) releaseStream(call.sys.world, relay, "write");
}
