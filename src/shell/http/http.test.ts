/** curl and the web server: pages, what goes wrong, and the words and codes for it. */
import { describe, expect, test } from "vitest";
import { shellPrograms } from "../programs.ts";
import { bridgeWorld, collect, runEvents, runLine, startLine } from "../testing.ts";
import type { ShellWorld } from "../types.ts";
import { urlsOf } from "./curl/globs.ts";
import { parseUrl } from "./url.ts";

const SECOND = 1e9;
const TEXT = "hello\n";

/** A server at 172.17.0.3:80 with one text; a client at 172.17.0.2. */
function world(): ShellWorld {
  const made = bridgeWorld();
  startLine(made, "hostA/c3", `httpd 172.17.0.3:80 "$(printf 'hello\\n.')"`);
  runEvents(made, shellPrograms, SECOND);
  return made;
}

function run(of: ShellWorld, line: string) {
  return runLine(of, shellPrograms, line, 200 * SECOND, "hostA/c2");
}

/** What -v shows of one request and its answer. */
function exchange(path: string): string[] {
  const request = [`GET ${path} HTTP/1.1`, "Host: 172.17.0.3", "User-Agent: curl/7.88.1", "Accept: */*", ""];
  const answer = ["HTTP/1.1 200 OK", "Server: nginx/1.22.1", "Date", "Content-Type: text/plain", "Content-Length: 7"];
  return [
    ...request.map((line) => `> ${line}`),
    ...[...answer, "Connection: keep-alive", ""].map((line) => `< ${line}`),
    "{ [7 bytes data]",
    "* Connection #0 to host 172.17.0.3 left intact",
  ];
}

test("a SYN to nobody asks three times for the neighbour, and no more once that has failed", () => {
  const made = bridgeWorld();
  const sink = startLine(made, "hostA", "timeout -s INT 8 tcpdump -n -i docker0 arp 2> /dev/null");
  runEvents(made, shellPrograms, SECOND);
  const { stderr, exit } = run(made, "curl -sS http://172.17.0.9/");
  expect(stderr).toMatch(
    /^curl: \(7\) Failed to connect to 172.17.0.9 port 80 after 3\d+ ms: Couldn't connect to server\n$/,
  );
  expect(exit).toBe(7);
  runEvents(made, shellPrograms, 10 * SECOND);
  expect(collect(made, sink).stdout.match(/who-has 172.17.0.9/g)).toHaveLength(3);
});

describe("the server", () => {
  test.each([
    // Lines without CR, and a request of one line; what cannot become a request is not waited for.
    ["GET / HTTP/1.0\\n\\n", /^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\n\r\nhello\n\.$/],
    ["GET /\\n", /^hello\n\.$/],
    ["hello\\n", /^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*<h1>400 Bad Request<\/h1>/],
    ["BAD\\n", /^HTTP\/1\.1 400 Bad Request\r\n/],
  ])("answers %s", (request, answer) => {
    expect(run(world(), `printf '${request}' | nc -w 1 172.17.0.3 80`).stdout).toMatch(answer);
  });
});

describe("curl", () => {
  test("--local-port tries a range until one is free", () => {
    const of = world();
    const line = "curl -s -o /dev/null -w '%{local_port} ' --local-port 5000-5001 http://172.17.0.3/";
    expect(run(of, `${line}; ${line}; ${line}; echo $?`).stdout).toMatch(/^5000 5001 \S+ 45\n$/);
  });

  test("fetches a page", () => {
    expect(run(world(), "curl -s http://172.17.0.3/")).toMatchObject({ stdout: `${TEXT}.`, stderr: "", exit: 0 });
  });

  test("-I asks for the head alone, -i shows it with the page", () => {
    const of = world();
    const head = run(of, "curl -sI http://172.17.0.3/").stdout;
    expect(head).toMatch(
      /^HTTP\/1\.1 200 OK\r\nServer: nginx\/1\.22\.1\r\nDate: .* GMT\r\nContent-Type: text\/plain\r\n/,
    );
    expect(head).toMatch(/Content-Length: 7\r\nConnection: keep-alive\r\n\r\n$/);
    expect(run(of, "curl -si 172.17.0.3").stdout).toMatch(/\r\n\r\nhello\n\.$/);
  });

  test("-b sends a cookie; what has no '=' would be a file", () => {
    const of = world();
    expect(run(of, "curl -sv -b a=1 172.17.0.3 2>&1 | grep Cookie").stdout).toBe("> Cookie: a=1\r\n");
    expect(run(of, "curl -sv -b jar 172.17.0.3 2>&1 | grep -c Cookie").stdout).toBe("0\n");
  });

  test("-o and -w", () => {
    const of = world();
    const said = run(
      of,
      'curl -s -o /tmp/page -w "%{http_code} %{size_download} %{remote_ip}\\n" http://172.17.0.3/a?b',
    );
    expect(said.stdout).toBe("200 7 172.17.0.3\n");
    expect(run(of, "cat /tmp/page").stdout).toBe("hello\n.");
  });

  test.each([
    ["curl -s http://172.17.0.3:81/", 7, ""],
    [
      "curl -sS http://172.17.0.3:81/",
      7,
      /^curl: \(7\) Failed to connect to 172\.17\.0\.3 port 81 after \d+ ms: Couldn't connect to server\n$/,
    ],
    ["curl -sS -m 1 http://172.17.0.99/", 28, /^curl: \(28\) Connection timed out after 100\d milliseconds\n$/],
    ["curl -sS http://172.17.0.99/", 7, /after 3\d\d\d ms/],
    ["curl -sS http://nosuch.example/", 6, "curl: (6) Could not resolve host: nosuch.example\n"],
    ["curl -sS foo://172.17.0.3/", 1, 'curl: (1) Protocol "foo" not supported or disabled in libcurl\n'],
    ["curl -sS https://172.17.0.3/", 7, /^curl: \(7\) Failed to connect to 172\.17\.0\.3 port 443 after /],
    ["curl -sS --interface eth9 http://172.17.0.3/", 45, "curl: (45) Couldn't bind to 'eth9'\n"],
    ["curl -sS --interface 172.17.0.77 http://172.17.0.3/", 45, /bind failed with errno 99: Cannot assign/],
    ["curl -sS -6 http://172.17.0.3/", 7, "curl: (7) Couldn't connect to server\n"],
    ["curl -sS 'http://[::1]/'", 7, /^curl: \(7\) Failed to connect to ::1 port 80 after \d+ ms: Couldn't/],
    ["curl -sS https://172.17.0.3:80/", 35, /^curl: \(35\) OpenSSL\/.*:SSL routines::wrong version number\n$/],
    ["curl -sS -x none http://172.17.0.3/", 5, "curl: (5) Could not resolve proxy: none\n"],
    ["curl -sS -F a=b http://172.17.0.3/", 2, "playground: curl -F is not simulated\n"],
    ["curl", 2, "curl: try 'curl --help' or 'curl --manual' for more information\n"],
    ["curl --nonsense x", 2, /^curl: option --nonsense: is unknown\n/],
  ])("%s ends with %i", (line, exit, stderr) => {
    const said = run(world(), line);
    expect(said.exit).toBe(exit);
    expect(said.stderr).toEqual(typeof stderr === "string" ? stderr : expect.stringMatching(stderr));
  });

  test("-v says what goes over the connection, and that the second URL takes the same", () => {
    const { stderr } = run(world(), "curl -sv -o /dev/null http://172.17.0.3/ -o /dev/null http://172.17.0.3/a");
    expect(stderr.replace(/Date: .*? GMT/g, "Date").replaceAll("\r", "")).toBe(
      [
        "*   Trying 172.17.0.3:80...",
        "* Connected to 172.17.0.3 (172.17.0.3) port 80 (#0)",
        ...exchange("/"),
        "* Found bundle for host: 0x560000000c80 [serially]",
        "* Can not multiplex, even if we wanted to",
        "* Re-using existing connection #0 with host 172.17.0.3",
        ...exchange("/a"),
        "",
      ].join("\n"),
    );
  });

  test("--resolve, -D, -r, -u and -w", () => {
    const of = world();
    const line =
      "curl -s --resolve a.b:80:172.17.0.3 -o /dev/null -w '%{remote_ip} %{num_connects} %{errormsg}.' http://a.b/";
    expect(run(of, line).stdout).toBe("172.17.0.3 1 .");
    expect(run(of, "curl -s -D - -o /dev/null http://172.17.0.3/").stdout).toMatch(
      /^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n$/s,
    );
    expect(run(of, "curl -svu a:b http://172.17.0.3/").stderr).toContain("> Authorization: Basic YTpi\r\n");
    expect(run(of, "curl -s -w '%{nonsense}' http://172.17.0.3:81/").stderr).toBe(
      "curl: unknown --write-out variable: 'nonsense'\n",
    );
  });

  test("shows a meter to nobody in particular, as a file gets the page", () => {
    expect(run(world(), "curl -o /dev/null http://172.17.0.3/").stderr).toMatch(/^ {2}% Total .*\r100 {5}7 .*\n$/s);
  });
});

test("a URL is made whole", () => {
  expect(parseUrl("http://172.17.0.3:80")).toMatchObject({ text: "http://172.17.0.3:80/" });
});

test.each([
  ["example.com", "example.com", 80, "/"],
  ["http://user@h:8080/a?b#c", "h", 8080, "/a?b"],
  ["h?x", "h", 80, "/?x"],
  ["http://[fe80::1]:81", "fe80::1", 81, "/"],
])("the parts of %s", (text, host, port, path) => {
  expect(parseUrl(text)).toMatchObject({ host, port, path });
});

test("curl --retry tries again what may get better, after pauses that double, and warns", () => {
  const { stderr, exit } = run(world(), "curl --no-progress-meter --retry 2 --retry-connrefused http://172.17.0.3:81/");
  expect(exit).toBe(7);
  expect(stderr.match(/^curl: \(7\)/gm)).toHaveLength(3);
  expect(stderr.replaceAll("\nWarning: ", "")).toContain("Will retry in 2 seconds. 1 retries left.\n");
  expect(run(world(), "curl -sS --retry 2 http://172.17.0.3:81/").stderr.match(/curl/g)).toHaveLength(1);
});

test.each([
  ["http://h/{a,b}[1-2]", ["http://h/a1", "http://h/a2", "http://h/b1", "http://h/b2"]],
  ["http://h/[08-10:2]", ["http://h/08", "http://h/10"]],
  ["http://[::1]/[a-b]", ["http://[::1]/a", "http://[::1]/b"]],
  ["http://h/{a", null],
])("%s stands for its members", (word, members) => {
  expect(urlsOf(word)).toEqual(members);
});
