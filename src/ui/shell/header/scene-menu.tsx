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
  if (scene === null) return null;
  const scenes = SCENES.map(
    (one): MenuEntry => ({
      id: one.id,
      label: one.title[language],
      checked: one.id === scene.id,
      run: () => void changeScene(one),
    }),
  );
  const title = scene.title[language];
  return (
    <MenuButton
      className={small ? "button icon" : "button scene-button"}
      {...(small ? { label: t.networks.scene(title) } : {})}
      heading={t.networks.scenes}
      align="start"
      entries={[...others, ...scenes]}
    >
      {small ? <Layers size={16} aria-hidden /> : <span className="scene-title">{title}</span>}
      {!small && <ChevronDown size={14} aria-hidden />}
    </MenuButton>
  );
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
