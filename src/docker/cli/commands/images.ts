/** docker images and docker pull, which finds no registry. */
import { goTime, humanDuration, unixSeconds } from "../../clock.ts";
import { findImage, IMAGES, type Image, parseReference } from "../../container/images.ts";
import { shortId } from "../../ids.ts";
import { askRegistry, registryWake } from "../../registry.ts";
import type { GoStruct } from "../../template/value.ts";
import { argument, type Call, type DockerCommand, die, finish, fromDaemon, isOn, print, textOf } from "../command.ts";
import { flag } from "../flags.ts";
import { formatList } from "../table.ts";

const HEADERS = {
  ID: "IMAGE ID",
  Repository: "REPOSITORY",
  Tag: "TAG",
  Digest: "DIGEST",
  CreatedSince: "CREATED",
  CreatedAt: "CREATED AT",
  Size: "SIZE",
};

function row(call: Call, image: Image): GoStruct {
  const { world } = call.daemon;
  const age = unixSeconds(world, world.now_ns) - image.created_s;
  return {
    CreatedAt: goTime(image.created_s),
    CreatedSince: `${humanDuration(age)} ago`,
    Digest: "<none>",
    ID: isOn(call, "no-trunc") ? `sha256:${image.id}` : shortId(image.id),
    Repository: image.repository,
    Size: `${image.size_bytes / 1e6}MB`,
    Tag: image.tag,
  };
}

export const IMAGES_COMMAND: DockerCommand = {
  path: "images",
  use: "images [OPTIONS] [REPOSITORY[:TAG]]",
  short: "List images",
  args: { min: 0, max: 1 },
  flags: [
    flag("all|a", "bool", "Show all images (default hides intermediate images)"),
    flag("format", "string", "Pretty-print images using a Go template"),
    flag("no-trunc", "bool", "Don't truncate output"),
    flag("quiet|q", "bool", "Only show image IDs"),
  ],
  run(call) {
    const [wanted] = call.args;
    const images = wanted === undefined ? IMAGES : IMAGES.filter((i) => i === findImage(wanted));
    const result = formatList(
      {
        format: textOf(call, "format"),
        quiet: isOn(call, "quiet"),
        columns: "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
        headers: HEADERS,
        typeName: "*formatter.imageContext",
      },
      images.map((i) => row(call, i)),
    );
    if ("error" in result) return die(call, result.error);
    print(call, result.text);
    finish(call);
  },
};

export const PULL: DockerCommand = {
  path: "pull",
  use: "pull [OPTIONS] NAME[:TAG|@DIGEST]",
  short: "Pull an image or a repository from a registry",
  args: { min: 1, max: 1 },
  flags: [
    flag("all-tags|a", "bool", "Download all tagged images in the repository"),
    flag("quiet|q", "bool", "Suppress verbose output"),
  ],
  run(call) {
    const name = argument(call, 0);
    const reference = parseReference(name);
    if (!reference) return die(call, "invalid reference format");
    if (!name.includes(":") && !isOn(call, "quiet")) print(call, "Using default tag: latest\n");
    askRegistry(call);
  },
  resume(call, why) {
    if (why.type === "signal") return finish(call, 130);
    const said = registryWake(call, why);
    if (said !== null) die(call, fromDaemon(said));
  },
};
