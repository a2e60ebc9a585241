import { beforeEach, expect, it } from "vitest";
import { createClient } from "../../client/client.ts";
import { sameHost } from "../../scenes/same-host.ts";
import * as act from "../canvas/gestures/act.ts";
import { runMainAction } from "../shell/actions.ts";
import { createFakeWorker, type FakeWorker } from "./fake-worker.ts";
import { locksStore } from "./locks.ts";
import { noticeStore } from "./notices.ts";
import { connect, load } from "./session.ts";
import { resetStores } from "./stores.ts";

const NGINX_1 = "hostA/nginx-1";
let worker: FakeWorker;

beforeEach(async () => {
  resetStores();
  noticeStore.setState({ notices: [] });
  locksStore.setState({ topology: false, terminal: false });
  worker = createFakeWorker();
  connect(createClient(async () => worker));
  await load(sameHost);
  worker.seen.length = 0;
});

const settled = () => new Promise((resolve) => setTimeout(resolve));

it("types nothing that changes the topology while that is locked, and says so", async () => {
  locksStore.setState({ topology: true });
  act.removeNode(NGINX_1);
  act.stopContainer(NGINX_1);
  act.runImage("hostA", "nginx", { type: "host" });
  act.createNetwork("hostA");
  act.setLink("hostA", "docker0", false);
  await settled();
  expect(worker.seen).toEqual([]);
  expect(noticeStore.getState().notices.length).toBeGreaterThan(0);
});

it("types it while it is not", async () => {
  act.removeNode(NGINX_1);
  await settled();
  expect(worker.seen).toMatchObject([{ type: "exec", node: "hostA", line: "docker rm -f nginx-1" }]);
});

it("goes on running the scene's own action under both locks", async () => {
  locksStore.setState({ topology: true, terminal: true });
  runMainAction();
  await settled();
  expect(worker.seen).toMatchObject([{ type: "exec", line: expect.stringContaining("ping") }]);
});
