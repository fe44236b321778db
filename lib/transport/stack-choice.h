/* SPDX-License-Identifier: MIT */
/*
 * stack-choice.h - which ISO-TP stack carries a connection: the kernel's or the built-in one.
 */
#ifndef ISOTP_TRANSPORT_STACK_CHOICE_H
#define ISOTP_TRANSPORT_STACK_CHOICE_H

enum isotp_stack_choice {
	ISOTP_STACK_AUTO,    /* the kernel's where it can do what is asked for, else built in */
	ISOTP_STACK_KERNEL,  /* the kernel's or none */
	ISOTP_STACK_BUILTIN, /* the built-in one */
};

#endif
