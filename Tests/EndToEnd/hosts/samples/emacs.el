;;; init.el --- settings -*- lexical-binding: t; -*-
(setq inhibit-startup-screen t)

(custom-set-variables
 '(tool-bar-mode nil)) ; no tool bar
