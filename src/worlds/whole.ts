/** Brings the programs that the table has only the names of. */
import { dockerPrograms } from "../docker/programs.ts";
import { laterPrograms } from "../shell/later-programs.ts";
import { installProcNet } from "../shell/proc-net.ts";
import { LATER_PROC_NET } from "../shell/proc-net-later.ts";
import { install } from "./programs.ts";

install({ ...laterPrograms, ...dockerPrograms });
installProcNet(LATER_PROC_NET);
