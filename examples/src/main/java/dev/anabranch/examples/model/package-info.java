/** The models that the examples talk to: one that needs no network, and any that speaks OpenAI's interface. */
@NullMarked
package dev.anabranch.examples.model;

import org.jspecify.annotations.NullMarked;
