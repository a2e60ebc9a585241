import { ArrowLeftRight, ChevronDown, GraduationCap, Layers, Network, RotateCcw, Share2, Undo2 } from "lucide-react";
import { useLanguage, useText } from "../../i18n/text.ts";
import { SCENES } from "../../scenes/scenes.ts";
import { MenuButton, type MenuEntry } from "../controls/menu-button.tsx";
import { useScene } from "../store/stores.ts";
import { bringBack, changeScene, useBefore } from "./open-scene.ts";
import { uiStore } from "./ui-state.ts";

/** The scene that is open; opens the others, and what concerns all of them. */
export function SceneMenu({ small }: { readonly small: boolean }) {
  const t = useText();
  const language = useLanguage();
  const scene = useScene();
  const before = useBefore();
  if (scene === null) return null;
  const scenes = SCENES.map(
    (one): MenuEntry => ({
      id: one.id,
      label: one.title[language],
      checked: one.id === scene.id,
      run: () => void changeScene(one),
    }),
  );
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
  const title = scene.title[language];
  return (
    <MenuButton
      className={small ? "button icon" : "button scene-button"}
      {...(small ? { label: t.networks.scene(title) } : {})}
      heading={t.networks.scenes}
      align="start"
      entries={[...others, share, ...scenes]}
    >
      {small ? <Layers size={16} aria-hidden /> : title}
      {!small && <ChevronDown size={14} aria-hidden />}
    </MenuButton>
  );
}
