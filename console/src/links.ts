/** The code of a link that lets its reader in once; "" where the address holds none. */
export const codeFrom = (hash: string): string => /^#enter=([\w-]{1,100})$/.exec(hash)?.[1] ?? ""
