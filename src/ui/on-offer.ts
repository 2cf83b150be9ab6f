/**
 * What is for sale, as far as the frame of every page leads there. The catalog keeps it current together with the content version, so a
 * page that was kept never says otherwise.
 */
export const onOffer = { membership: false, store: false };
