import {
  ArrowLeftRight,
  ChevronDown,
  FolderHeart,
  GraduationCap,
  Layers,
  Network,
  RotateCcw,
  Share2,
  Undo2,
} from "lucide-react";
import { useLanguage, useText } from "../../../i18n/text.ts";
import type { Scene } from "../../../protocol/scene.ts";
import { SCENES } from "../../../scenes/scenes.ts";
import { MenuButton, type MenuEntry } from "../../controls/menu-button.tsx";
import { openKept } from "../../library/acts.ts";
import { useKeptScenes, useOpenKept } from "../../library/kept-scenes.ts";
import { useLibraryText } from "../../library/text.ts";
import { useScene } from "../../store/stores.ts";
import { bringBack, changeScene, useBefore } from "../open-scene.ts";
import { uiStore } from "../ui-state.ts";

/** The scene that is open; opens the others, and what concerns all of them. */
export function SceneMenu({ small }: { readonly small: boolean }) {
  const t = useText();
  const language = useLanguage();
  const scene = useScene();
  const others = useOthers(scene);
  const scenes = useScenes(scene);
  if (scene === null) return null;
  const title = scene.title[language];
  return (
    <MenuButton
      className={small ? "button icon" : "button scene-button"}
      {...(small ? { label: t.networks.scene(title) } : {})}
      align="start"
      entries={[...others, ...scenes]}
    >
      {small ? <Layers size={16} aria-hidden /> : <span className="scene-title">{title}</span>}
      {!small && <ChevronDown size={14} aria-hidden />}
    </MenuButton>
  );
}

/** At most so many of one's own stand in the menu; the others in their dialog. */
const OWN_SHOWN = 6;

/** One's own scenes, then those of the page, with one host and with several. */
function useScenes(scene: Scene | null): MenuEntry[] {
  const t = useLibraryText();
  const language = useLanguage();
  const own = useKeptScenes().filter((one) => one.name !== null);
  const open = useOpenKept();
  const kept = own.slice(0, OWN_SHOWN).map((one) => ({
    id: `kept ${one.id}`,
    label: one.name,
    group: t.title,
    checked: one.id === open?.id,
    run: () => void openKept(one),
  }));
  const isOne = (one: Scene) => one.dockers.length < 2;
  const ordered = [...SCENES.filter(isOne), ...SCENES.filter((one) => !isOne(one))];
  const scenes = ordered.map((one) => ({
    id: one.id,
    label: one.title[language],
    group: isOne(one) ? t.oneHost : t.severalHosts,
    checked: one.id === scene?.id && open === undefined,
    run: () => void changeScene(one),
  }));
  return [...kept, ...scenes];
}

/** What concerns all scenes: opening the menu finds it above them. */
function useOthers(scene: Scene | null): MenuEntry[] {
  const t = useText();
  const library = useLibraryText();
  const language = useLanguage();
  const before = useBefore();
  if (scene === null) return [];
  const back: MenuEntry[] =
    before === null
      ? []
      : [
          {
            id: "back",
            label: t.networks.backTo(before.saved.scene.title[language]),
            icon: <Undo2 size={15} aria-hidden />,
            run: () => void bringBack(),
          },
        ];
  const others: MenuEntry[] = [
    {
      id: "library",
      label: library.menu,
      icon: <FolderHeart size={15} aria-hidden />,
      run: () => uiStore.setState({ library: true }),
    },
    {
      id: "lessons",
      label: t.shell.lessons,
      icon: <GraduationCap size={15} aria-hidden />,
      run: () => uiStore.setState({ lessons: true }),
    },
    {
      id: "start-over",
      label: t.shell.startOver,
      icon: <RotateCcw size={15} aria-hidden />,
      run: () => void changeScene(scene),
    },
    ...back,
    {
      id: "connect",
      label: t.networks.connect,
      icon: <Network size={15} aria-hidden />,
      run: () => uiStore.setState({ connect: [] }),
    },
    {
      id: "compare",
      label: t.networks.compare,
      icon: <ArrowLeftRight size={15} aria-hidden />,
      run: () => uiStore.setState({ compare: true }),
    },
  ];
  const share: MenuEntry = {
    id: "share",
    label: t.shell.shareMenu,
    icon: <Share2 size={15} aria-hidden />,
    run: () => uiStore.setState({ share: true }),
  };
  return [...others, share];
}
