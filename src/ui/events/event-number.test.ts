import { beforeEach, expect, it } from "vitest";
import { createClient } from "../../client/client.ts";
import { sameHost } from "../../scenes/same-host.ts";
import { createFakeWorker } from "../store/fake-worker.ts";
import { connect, exec, load } from "../store/session.ts";
import { resetStores, timeStore, traceStore } from "../store/stores.ts";
import { eventsUntil, goToEvent, rowOfEvent } from "./event-number.ts";

beforeEach(async () => {
  resetStores();
  connect(createClient(async () => createFakeWorker()));
  await load(sameHost);
  await exec("hostA/nginx-1", "ping -c 1 172.17.0.3");
});

it("numbers the lines of the list from 1", () => {
  const { rows } = traceStore.getState();
  expect(rowOfEvent(1)).toBe(0);
  expect(rowOfEvent(eventsUntil(rows))).toBeLessThan(rows);
  expect(rowOfEvent(eventsUntil(rows) + 1)).toBeNull();
  expect(rowOfEvent(0)).toBeNull();
});

it("goes to an event's moment and stays there", async () => {
  expect(await goToEvent(4)).toBe(true);
  const { playhead_ns, playing } = timeStore.getState();
  expect(playhead_ns).toBe(traceStore.getState().columns.t_ns[rowOfEvent(4)!]);
  expect(playing).toBe(false);
});

it("says that there is no such event", async () => {
  expect(await goToEvent(5000)).toBe(false);
});
