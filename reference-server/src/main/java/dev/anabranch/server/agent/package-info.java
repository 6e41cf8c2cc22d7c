/**
 * Agents that answer on the server: what an application plugs in, and the live part of each answer as a stream that
 * survives a reload and a restart.
 */
@NullMarked
package dev.anabranch.server.agent;

import org.jspecify.annotations.NullMarked;
