/**
 * Servers in containers: a {@link io.shardjdbc.testkit.container.ContainerMachine} steers one
 * server through a {@link io.shardjdbc.testkit.container.Shell}, which {@link
 * io.shardjdbc.testkit.container.DockerHost} opens in a container of its own.
 *
 * <p>A container stands for a machine, not for a server: its first process does nothing, so that
 * the server in it can be stopped, killed, frozen and built anew, and its port stays the same. Only
 * {@code DockerHost} knows Testcontainers, which is an optional dependency.
 */
@NullMarked
package io.shardjdbc.testkit.container;

import org.jspecify.annotations.NullMarked;
