import { config } from "#config.ts";
import { openStripeProvider } from "./provider.ts";

/** The Stripe of this site's settings. */
export const stripe = openStripeProvider({
  secretKey: config.STRIPE_SECRET_KEY ?? "",
  webhookSecret: config.STRIPE_WEBHOOK_SECRET,
});
