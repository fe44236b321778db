/* SPDX-License-Identifier: MIT */
/*
 * virtual-directory.h - the directory that is an embedded bus, and the sockets in it.
 *
 * NAME lies in $XDG_RUNTIME_DIR/isotp, else in the user's own isotp-UID in $TMPDIR or /tmp; a NAME
 * with a slash is a path. A node is a datagram socket called "node-PID-RANDOM" in the directory;
 * whatever else lies there is left alone.
 */
#ifndef ISOTP_TRANSPORT_VIRTUAL_DIRECTORY_H
#define ISOTP_TRANSPORT_VIRTUAL_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VIRTUAL_NODE_NAME 40 /* room for the name of a node */

/*
 * Opens the directory of bus `name`, made with mode 0700 if it is missing, and writes its path to
 * `where`. Returns a descriptor, or -EINVAL an empty name, "." or "..", -ENAMETOOLONG, -ENOTDIR
 * not a real directory (a link is none), -EPERM it belongs to another user, or what mkdir and
 * open say.
 */
int isotp_virtual_directory_open(const char *name, char *where, size_t size);

/*
 * Binds a new datagram socket in the directory and writes its name. Every process that reaches the
 * directory may send to it. Returns the socket or -errno.
 */
int isotp_virtual_node_bind(int dir, const char *where, char node[VIRTUAL_NODE_NAME]);

/* Connects a socket to a node: the socket, -ECONNREFUSED when the node is dead, or -errno. */
int isotp_virtual_node_connect(int dir, const char *where, const char *node);

/* True when this directory entry is a node: a socket with a node's name. */
bool isotp_virtual_node_is(int dir, const char *entry);

/*
 * A node that leaves while a slow one still has no room puts the number of frames that it lost
 * beside it: "lost-node-PID-RANDOM", a number a line. Failures are ignored: there is nobody to
 * tell.
 */
void isotp_virtual_note_leave(int dir, const char *node, uint64_t lost);

/* The sum of the notes left for a node, which are removed; 0 when there are none. */
uint64_t isotp_virtual_note_take(int dir, const char *node);

#endif
