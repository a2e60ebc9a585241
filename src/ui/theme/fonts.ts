// Inter for words, JetBrains Mono for identifiers. Fetched after the scene has opened: the system's fonts do until then.
import "@fontsource-variable/inter/wght.css";
import "@fontsource/jetbrains-mono/latin-400.css";
import "@fontsource/jetbrains-mono/latin-600.css";
