/** What may stand on a line of `bridge` and `brctl`. */
import { type Grammar, words } from "../../grammar.ts";

const FDB = words(
  "dev:port self master use dynamic static local permanent extern_learn sticky vlan:any dst:address vni:any",
);
const SWITCHES = "hairpin learning flood mcast_flood bcast_flood isolated guard root_block"
  .split(" ")
  .map((name) => `${name}:on|off`)
  .join(" ");

const fdbChange: Grammar = { abbreviates: true, args: ["any"], keys: FDB };

export const bridgeGrammar: Grammar = {
  abbreviates: true,
  options: words("-statistics|-s -details|-d -json|-j -pretty|-p -netns|-n:netns -Version|-V -color"),
  sub: {
    link: {
      abbreviates: true,
      sub: {
        "show|list": { abbreviates: true, args: ["port"], keys: words("dev:port") },
        set: {
          abbreviates: true,
          keys: words(
            `dev:port cost:any priority:any state:disabled|listening|learning|forwarding|blocking ${SWITCHES}`,
          ),
        },
        help: {},
      },
    },
    fdb: {
      abbreviates: true,
      sub: {
        add: fdbChange,
        append: fdbChange,
        "delete|del": fdbChange,
        replace: fdbChange,
        "show|list": {
          abbreviates: true,
          keys: words("dev:port br:bridge brport:port dynamic state:permanent|static"),
        },
        get: { abbreviates: true, args: ["any"], keys: words("to:any br:bridge dev:port brport:port") },
        flush: { abbreviates: true, keys: words("dev:port brport:port") },
        help: {},
      },
    },
    help: {},
  },
};

const ONE: Grammar = { args: ["bridge"] };
const WITH_VALUE: Grammar = { args: ["bridge", "any"] };
const PORT_VALUE: Grammar = { args: ["bridge", "port", "any"] };

export const brctlGrammar: Grammar = {
  options: words("-h|--help -V|--version"),
  sub: {
    addbr: { args: ["any"] },
    delbr: ONE,
    addif: { args: ["bridge", "device"], repeats: true },
    delif: { args: ["bridge", "port"], repeats: true },
    hairpin: { args: ["bridge", "port", ["on", "off"]] },
    setageing: WITH_VALUE,
    setbridgeprio: WITH_VALUE,
    setfd: WITH_VALUE,
    sethello: WITH_VALUE,
    setmaxage: WITH_VALUE,
    setpathcost: PORT_VALUE,
    setportprio: PORT_VALUE,
    show: { args: ["bridge"], repeats: true },
    showmacs: ONE,
    showstp: ONE,
    stp: { args: ["bridge", ["on", "off"]] },
  },
};
