package io.shardjdbc.replication.failover;

import io.shardjdbc.replication.NodeId;

/**
 * Makes certain that a former primary acknowledges no more writes, before a replica is promoted.
 *
 * <p>What does that depends on where the servers run: the virtual machine is stopped by its
 * hypervisor, the volume detached, the port closed by a firewall, the server shut down over SSH. A
 * fence that only asks the database itself is none, since a server that is out of reach cannot be
 * asked.
 */
@FunctionalInterface
public interface PrimaryFence {

  /**
   * Returns when this primary can no longer acknowledge a write to anybody. It may be called again
   * for one that is fenced already.
   *
   * @throws Exception if that could not be made certain; nothing is promoted then
   */
  void fence(NodeId primary) throws Exception;
}
