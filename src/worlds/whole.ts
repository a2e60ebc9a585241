/** Brings the programs that the table has only the names of. */
import { dockerPrograms } from "../docker/programs.ts";
import { laterPrograms } from "../shell/later-programs.ts";
import { install } from "./programs.ts";

install({ ...laterPrograms, ...dockerPrograms });
