package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"example.com/shop/internal/app"
	"example.com/shop/internal/model"
)

// maxPasswordInput is more than any password may have: the rules proper are the service's.
const maxPasswordInput = 4096

func userCommands() []command {
	return []command{
		{name: "create", help: "make an account; the password is read from standard input", run: userCreate},
	}
}

// userCreate makes an account. It is how the first administrator comes to be: nobody is one by default. The password
// comes from standard input, because arguments can be read by everybody on the machine.
func userCreate(ctx context.Context, c *console, args []string) error {
	var email, role string
	err := parse(c, "users create", args, func(flags *flag.FlagSet) {
		flags.StringVar(&email, "email", "", "the e-mail address to log in with (required)")
		flags.StringVar(&role, "role", model.RoleUser, "user or admin")
	})
	if err != nil {
		return err
	}
	if email == "" {
		return usagef("users create: --email is required")
	}
	password, err := readPassword(c.in)
	if err != nil {
		return err
	}
	return withApp(ctx, c, c.err, func(a *app.App) error {
		if err := a.Start(ctx); err != nil {
			return err
		}
		user, err := a.CreateUser(ctx, email, password, role)
		if err != nil {
			return fmt.Errorf("users create: %w", err)
		}
		fmt.Fprintf(c.out, "created %s %s (%s)\n", user.Role, user.Email, user.ID)
		return nil
	})
}

// readPassword takes everything up to the end of input, without the line break that echo and terminals add.
func readPassword(in io.Reader) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(in, maxPasswordInput+1))
	if err != nil {
		return "", fmt.Errorf("read the password from standard input: %w", err)
	}
	if len(raw) > maxPasswordInput {
		return "", usagef("users create: the password on standard input is too long")
	}
	password := strings.TrimSuffix(strings.TrimSuffix(string(raw), "\n"), "\r")
	if password == "" {
		return "", usagef("users create: give the password on standard input, for example: shop users create --email E < password.txt")
	}
	return password, nil
}
