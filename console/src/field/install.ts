/** Lets the page be installed and open without a network; where the browser cannot, it works as a page. */

interface Policy {
  createScriptURL(address: string): string
}
interface Types {
  createPolicy(name: string, rules: Policy): Policy
}

const WORKER = "/console/field-worker.js"

/** The address of our own worker, as a page that trusts no text asks for it (Trusted Types). */
function trusted(): string {
  const types = Reflect.get(window, "trustedTypes") as Types | undefined
  const policy = types?.createPolicy("field-worker", { createScriptURL: () => WORKER })
  return policy ? policy.createScriptURL(WORKER) : WORKER
}

/** Registers the worker. */
export async function install(): Promise<void> {
  if (!("serviceWorker" in navigator)) return
  try {
    await navigator.serviceWorker.register(trusted(), { scope: "/console/field", updateViaCache: "none" })
  } catch (error) {
    console.warn("the page will not open without a network", error instanceof Error ? error.name : "")
  }
}
