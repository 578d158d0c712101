import de from "./de.json"
import en from "./en.json"
import fr from "./fr.json"
import { NAMESPACE } from "./namespace"

/** By the dashboard's codes of languages. What a language lacks, i18next takes from English. */
export default {
  en: { [NAMESPACE]: en },
  de: { [NAMESPACE]: de },
  fr: { [NAMESPACE]: fr },
}
