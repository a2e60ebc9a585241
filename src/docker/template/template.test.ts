import { expect, test } from "vitest";
import { compileTemplate, executeTemplate, inspectTemplate } from "./execute.ts";
import { formatValue, type GoValue, KeyedMap, marshalJson, NIL_MAP, NIL_SLICE, withEmpty } from "./value.ts";

const DOT: GoValue = {
  Id: "abc",
  State: { Status: "running", Running: true, Pid: 42 },
  Networks: new Map([
    ["red", { IPAddress: "172.18.0.2" }],
    ["bridge", { IPAddress: "172.17.0.2" }],
  ]),
  Ports: new Map<string, GoValue>([
    ["80/tcp", [{ HostIp: "0.0.0.0", HostPort: "8080" }]],
    ["443/tcp", null],
  ]),
  Cmd: ["sh", "-c", "a b"],
  Labels: new Map(),
  Nothing: null,
};

function render(source: string, dot: GoValue = DOT): string {
  const compiled = compileTemplate(source);
  if (!compiled.ok) return compiled.error;
  const result = executeTemplate(compiled.template, dot, { typeName: null });
  return result.ok ? result.text : result.error;
}

test.each([
  ["{{.State.Status}} {{.State.Running}} {{.State.Pid}}", "running true 42"],
  ["{{index .Id 1}} {{len .Id}}", "98 3"],
  ["{{range .Networks}}{{.IPAddress}} {{end}}", "172.17.0.2 172.18.0.2 "],
  ["{{range $name, $n := .Networks}}{{$name}}={{$n.IPAddress}};{{end}}", "bridge=172.17.0.2;red=172.18.0.2;"],
  ["{{range $i, $c := .Cmd}}{{if $i}}, {{end}}{{$c}}{{end}}", "sh, -c, a b"],
  ["{{range .Labels}}x{{else}}none{{end}}", "none"],
  ["{{with .Nothing}}x{{else}}nothing{{end}}", "nothing"],
  ['{{if and .State.Running (eq .State.Status "running")}}up{{else if .Id}}id{{else}}down{{end}}', "up"],
  ["{{if not .State.Running}}down{{else if .Id}}id{{end}}", "id"],
  ["{{.Cmd}} {{.Ports}}", "[sh -c a b] map[443/tcp:<nil> 80/tcp:[{0.0.0.0 8080}]]"],
  ["{{json .Cmd}} {{json .State}}", '["sh","-c","a b"] {"Status":"running","Running":true,"Pid":42}'],
  ["{{json .Ports}}", '{"443/tcp":null,"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}]}'],
  ['{{(index (index .Ports "80/tcp") 0).HostPort}}', "8080"],
  ["{{len .Networks}} {{len .Id}} {{.Cmd | len}}", "2 3 3"],
  ['{{join .Cmd " "}} {{upper .Id}} {{.Id | title}} {{lower "ABC"}}', "sh -c a b ABC Abc abc"],
  ['{{printf "%-6s|%05d|%q|%v|%%" .Id 42 "x" true}}', 'abc   |00042|"x"|true|%'],
  ["{{println .Id 1}}", "abc 1\n"],
  ['{{print 1 2 "a" "b" 3}}', "1 2ab3"],
  ['a  {{- " b " -}}  c{{/* gone */}}d', "a b cd"],
  ["{{$x := 1}}{{range .Cmd}}{{$x = 2}}{{end}}{{$x}}", "2"],
  ['{{range .Cmd}}{{if eq . "-c"}}{{continue}}{{end}}{{.}};{{end}}', "sh;a b;"],
  ["{{range .Cmd}}{{.}}{{break}}{{end}}", "sh"],
  ['{{lt 1 2}} {{ge 1 2}} {{ne "a" "b"}} {{eq 3 1 2 3}} {{or 0 "x"}} {{and 1 0}}', "true false true true x 0"],
  ["{{.Nothing}}", "<nil>"],
  ["{{`raw`}} {{'a'}} {{\"\\t\\u00e9\"}}", "raw 97 \té"],
  ['{{pad .Id 1 2}}| {{truncate .Id 2}} {{split "a,b" ","}}', " abc  | ab [a b]"],
  ['{{slice .Id 1 2}} {{html "<a>"}} {{urlquery "a b"}}', "b &lt;a&gt; a+b"],
])("%s", (source, expected) => {
  expect(render(source)).toBe(expected);
});

test.each([
  ["{{.Foo}}", 'template: :1:2: executing "" at <.Foo>: map has no entry for key "Foo"'],
  ["{{.State.Foo}}", 'template: :1:8: executing "" at <.State.Foo>: map has no entry for key "Foo"'],
  ["{{.Nothing.Foo}}", 'template: :1:10: executing "" at <.Nothing.Foo>: nil pointer evaluating interface {}.Foo'],
  ["{{.Id.Foo}}", 'template: :1:5: executing "" at <.Id.Foo>: can\'t evaluate field Foo in type interface {}'],
  ["{{frob .}}", 'template: :1: function "frob" not defined'],
  ["{{.Id", "template: :1: unclosed action"],
  ["{{.Id}", "template: :1: bad character U+007D '}'"],
  [
    "{{index .Cmd 3}}",
    'template: :1:2: executing "" at <index .Cmd 3>: error calling index: reflect: slice index out of range',
  ],
  ["{{if .Id}}x", "template: :1: unexpected EOF"],
  ["{{end}}", "template: :1: unexpected {{end}}"],
  ["{{$y}}", 'template: :1: undefined variable "$y"'],
  ["{{range , := .Cmd}}{{end}}", 'template: :1: unexpected "," in range'],
  ["{{=}}", 'template: :1: unexpected "=" in command'],
  ["{{}}", "template: :1: missing value for command"],
  ["{{(.Id}}", "template: :1: unclosed left paren"],
  ["{{index .Cmd 7}}", 'template: :1:2: executing "" at <index .Cmd 7>: error calling index: index out of range: 7'],
  ["{{len}}", 'template: :1:2: executing "" at <len>: wrong number of args for len: want 1 got 0'],
  ["{{range .Id}}{{end}}", 'template: :1:8: executing "" at <.Id>: range can\'t iterate over abc'],
])("%s is refused", (source, expected) => {
  expect(render(source)).toBe(expected);
});

const RECORD: GoValue = {
  Id: "abc",
  Config: withEmpty(
    { Subnet: "10.0.0.0/8", Gateway: "10.0.0.1" },
    { Subnet: "", IPRange: "", Gateway: "", Aux: NIL_MAP },
  ),
  Networks: new Map([["red", { IPAddress: "172.18.0.2", IPAMConfig: null }]]),
  Ports: new KeyedMap([["80/tcp", [{ HostIp: "0.0.0.0", HostPort: "8080" }]]]),
  CapAdd: NIL_SLICE,
  Dns: ["1.1.1.1"],
};

/** What fails on the client's own types is tried on the bare JSON. */
test.each([
  ["{{.Config}}", "{10.0.0.0/8  10.0.0.1 map[]}"],
  ["{{json .Config}} {{json .CapAdd}}", '{"Subnet":"10.0.0.0/8","Gateway":"10.0.0.1"} null'],
  ["{{.ID}} {{.CapAdd}} {{.Ports}}", "abc [] map[80/tcp:[{0.0.0.0 8080}]]"],
  ["{{.Id}} {{.CapAdd}} {{.Ports}}", "abc <no value> map[80/tcp:[map[HostIp:0.0.0.0 HostPort:8080]]]"],
  ["{{.Dns}}", "[1.1.1.1]"],
  ["{{.Networks.red.IPAMConfig}}", "<nil>"],
  ["{{.Networks.blue}} {{.Networks.blue.IPAddress}}", "<no value> <no value>"],
  ["{{with .Networks.blue}}x{{else}}none{{end}}", "none"],
  ['{{index .Ports "80/tcp"}}', "[map[HostIp:0.0.0.0 HostPort:8080]]"],
  ['{{index .Ports "81/tcp"}}', "<no value>"],
  ['{{(index (index .Ports "80/tcp") 0).HostPort}}', "8080"],
  ["{{.Nope}}", 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
])("inspect %s", (source, expected) => {
  const compiled = compileTemplate(source);
  const result = compiled.ok
    ? inspectTemplate(compiled.template, RECORD)
    : { ok: false as const, error: compiled.error };
  expect(result.ok ? result.text : result.error).toBe(expected);
});

test("values print as Go prints them", () => {
  expect(formatValue({ A: 1, B: null, C: [true], D: new Map([["k", "v"]]) })).toBe("{1 <nil> [true] map[k:v]}");
  expect(marshalJson({ a: [], b: {}, c: [1, { d: null }] }, "  ")).toBe(
    '{\n  "a": [],\n  "b": {},\n  "c": [\n    1,\n    {\n      "d": null\n    }\n  ]\n}',
  );
});
