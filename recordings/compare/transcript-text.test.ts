import { describe, expect, test } from "vitest";
import { outputLines, STDERR_MARK } from "./transcript-text.ts";

const line = (text: string, known = "") => outputLines({ stdout: text }, known)[0];

describe("what no simulator can know is masked", () => {
  test.each([
    ["64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=0.071 ms", "64 bytes from 10.0.0.2: icmp_seq=1 ttl=64 time=T ms"],
    [
      "3 packets transmitted, 3 received, 0% packet loss, time 2035ms",
      "3 packets transmitted, 3 received, 0% packet loss, time=T ms",
    ],
    ["rtt min/avg/max/mdev = 0.1/0.2/0.3/0.0 ms", "rtt T"],
    [
      "08:15:00.123456 IP 10.0.0.1.48210 > 10.0.0.2.80: Flags [S], seq 123456, win 64240, length 0",
      "CLOCK IP 10.0.0.1.EPH > 10.0.0.2.80: Flags [S], seq N, win W, length 0",
    ],
    [
      "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id 7, seq 1, length 64",
      "IP 10.0.0.1 > 10.0.0.2: ICMP echo request, id N, seq 1, length 64",
    ],
    ["08:15:00.1 IP 10.0.0.1.48210 > 9.9.9.53: 4242+ A? x. (19)", "CLOCK IP 10.0.0.1.EPH > 9.9.9: ID+ A? x. (19)"],
    ["  1\t02:42:0a:00:00:02\tno\t\t  12.34", "  1\tMAC\tno\t\t AGE"],
    ["icmp     1 29 src=10.0.0.1", "icmp     1 T src=10.0.0.1"],
    [" 1  192.168.1.1  0.345 ms", " 1  192.168.1.1  T ms"],
    ["default via 10.0.0.1 expires 598sec", "default via 10.0.0.1 expires T"],
    ["trailing blanks   ", "trailing blanks"],
  ])("%s", (text, masked) => {
    expect(line(text)).toBe(masked);
  });

  test("docker's ages, and the padding that follows from them", () => {
    expect(line("web   nginx   2 seconds ago      Up 1 second")).toBe(
      line("web   nginx   About a minute ago   Up 12 seconds"),
    );
  });
});

describe("random names", () => {
  const id = "0123456789ab".repeat(6).slice(0, 64);

  test("that nobody knows are masked by their shape", () => {
    expect(line(`${id} 0123456789ab veth0123abc de:ad:be:ef:00:01 8000.deadbeef0001`)).toBe(
      "ID64 ID12 vethNAME MAC 8000.MAC",
    );
  });

  test("that are known stay, as do addresses with a meaning of their own", () => {
    const text = "0123456789ab veth0123abc de:ad:be:ef:00:01 ff:ff:ff:ff:ff:ff 33:33:00:00:00:01";
    const known = "0123456789ab veth0123abc de:ad:be:ef:00:01";
    expect(line(text, known)).toBe(text);
    expect(line("8000.deadbeef0001", known)).not.toBe(line("8000.deadbeef0002", known));
  });
});

test("streams are apart, empty lines do not count", () => {
  expect(outputLines({ stdout: "a\n\nb\n", stderr: "c\n" }, "")).toEqual(["a", "b", STDERR_MARK, "c"]);
});
