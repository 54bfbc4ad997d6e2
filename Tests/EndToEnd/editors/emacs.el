;;; emacs.el --- Uses the recipe of clients/README.md  -*- lexical-binding: t; -*-

;; Comes after that recipe.  Attaches eglot, sets a runner up, cancels the set-up of another one, and writes what it saw
;; to REPORT, as JSON.

;;; Code:

(require 'json)

(defvar report-progress nil "What $/progress said, newest first.")
(defvar report-endless nil "Whether a set-up that never ends is at work.")

(defun report-notification (_server method &rest params)
  "Keep PARAMS when METHOD is that of progress, and press C-g when a set-up that never ends is well under way."
  (when (eq method '$/progress)
    (let* ((value (plist-get params :value)) (text (or (plist-get value :message) "")))
      (push (list :token (plist-get params :token) :kind (plist-get value :kind) :message text) report-progress)
      (when (and report-endless (string-search "Step 2/5" text))
        (setq report-endless nil quit-flag t)))))
(advice-add 'eglot-handle-notification :before #'report-notification)

(defun report-params (variable)
  "The params in the environment's VARIABLE, as a property list."
  (json-parse-string (getenv variable) :object-type 'plist))

(defun report-wait (what condition)
  "Wait for WHAT until CONDITION, a function, holds."
  (let ((deadline (+ (float-time) 120)))
    (while (not (funcall condition))
      (when (> (float-time) deadline) (error "Waited in vain for %s" what))
      (accept-process-output nil 0.05))))

(let ((eglot-sync-connect t))
  (find-file (expand-file-name "my.runpod" (getenv "HOME")))
  (call-interactively #'eglot))

(let* ((server (eglot-current-server))
       (commands (plist-get (eglot--server-capable :executeCommandProvider) :commands))
       (setup (apply #'runpod "workflows/setupRunner" (report-params "SETUP")))
       (cancelled (lambda ()
                    (seq-some (lambda (entry)
                                (and (equal (plist-get entry :kind) "end")
                                     (string-search "cancelled" (plist-get entry :message))
                                     (plist-get entry :message)))
                              report-progress))))
  (setq report-endless t)
  (condition-case nil
      (apply #'runpod "workflows/setupRunner" (report-params "ENDLESS"))
    (quit nil))
  (report-wait "the end of the cancelled" cancelled)
  (let ((report (list :commands commands
                      :setup setup
                      :progress (vconcat (reverse report-progress))
                      :cancelled (funcall cancelled)
                      :printed (format "%S" (runpod "pods/list")))))
    (with-temp-file (getenv "REPORT")
      (insert (json-serialize report :null-object nil :false-object :json-false))))
  (eglot-shutdown server nil 20))

;;; emacs.el ends here
