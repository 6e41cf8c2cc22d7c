/** Signed requests to receivers on the network: which URLs may be called, how, and with which signature. */
@NullMarked
package dev.anabranch.webhooks;

import org.jspecify.annotations.NullMarked;
