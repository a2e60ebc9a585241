import {
  CircleHelp,
  Ellipsis,
  FolderHeart,
  GraduationCap,
  Languages,
  Presentation,
  Search,
  Share2,
} from "lucide-react";
import { useLanguage, useText } from "../../../i18n/text.ts";
import { MenuButton, type MenuEntry } from "../../controls/menu-button.tsx";
import { useLibraryText } from "../../library/text.ts";
import { present } from "../keys.ts";
import { uiStore } from "../ui-state.ts";
import { otherLanguage, speakFromNow, useThemes } from "./liking.ts";

/** "…": what a window of this width has no buttons for. */
export function MoreMenu({ small }: { readonly small: boolean }) {
  const t = useText();
  const library = useLibraryText();
  const other = otherLanguage(useLanguage());
  const themes = useThemes();
  const lessons: MenuEntry = {
    id: "lessons",
    label: t.shell.lessons,
    hint: "O",
    icon: <GraduationCap size={15} aria-hidden />,
    run: () => uiStore.setState({ lessons: true }),
  };
  const share: MenuEntry = {
    id: "share",
    label: t.shell.share,
    hint: "S",
    icon: <Share2 size={15} aria-hidden />,
    run: () => uiStore.setState({ share: true }),
  };
  const entries: MenuEntry[] = [
    ...(small ? [lessons, share] : []),
    {
      id: "present",
      label: t.shell.present,
      hint: "⇧P",
      icon: <Presentation size={15} aria-hidden />,
      run: present,
    },
    {
      id: "library",
      label: library.menu,
      hint: "Ctrl S",
      icon: <FolderHeart size={15} aria-hidden />,
      run: () => uiStore.setState({ library: true }),
    },
    {
      id: "commands",
      label: t.shell.commands,
      hint: "Ctrl K",
      icon: <Search size={15} aria-hidden />,
      run: () => uiStore.setState({ palette: true }),
    },
    {
      id: "language",
      label: <span lang={other === "zh" ? "zh-CN" : "en"}>{t.shell.language}</span>,
      icon: <Languages size={15} aria-hidden />,
      run: () => speakFromNow(other),
    },
    {
      id: "help",
      label: t.shell.help,
      hint: "?",
      icon: <CircleHelp size={15} aria-hidden />,
      run: () => uiStore.setState({ help: true }),
    },
  ];
  return (
    <MenuButton
      className="button icon"
      label={t.shell.moreMenu}
      heading={t.shell.theme}
      entries={[...entries, ...themes]}
    >
      <Ellipsis size={17} aria-hidden />
    </MenuButton>
  );
}
