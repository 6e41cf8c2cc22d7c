/**
 * What routes that speak JSON have in common: how they are declared, and how bodies, parameters and cursors are read.
 */
@NullMarked
package dev.anabranch.server.rest;

import org.jspecify.annotations.NullMarked;
