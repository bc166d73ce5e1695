/**
 * The machinery under the test kit's clusters: PostgreSQL servers as child processes of this JVM.
 *
 * <p>Read in this order: {@link io.shardjdbc.testkit.server.Platform} says which binaries fit this
 * machine, {@link io.shardjdbc.testkit.server.BinariesJar} finds them on the class path, {@link
 * io.shardjdbc.testkit.server.Installation} unpacks them once for each user and runs their tools
 * under an {@link io.shardjdbc.testkit.server.Account} that PostgreSQL accepts. A {@link
 * io.shardjdbc.testkit.server.Workspace} is the directory that holds a cluster's data and vanishes
 * with it, whatever becomes of the JVM; a {@link io.shardjdbc.testkit.server.DataDirectory} is one
 * server's data in it, copied from a {@link io.shardjdbc.testkit.server.ServerTemplate}, a {@link
 * io.shardjdbc.testkit.server.LocalMachine} that server's process.
 *
 * <p>The {@link io.shardjdbc.testkit.server.Machine} interface is what the nodes of the public
 * package stand on. It does not wait for servers, and leaves SQL to them.
 */
@NullMarked
package io.shardjdbc.testkit.server;

import org.jspecify.annotations.NullMarked;
